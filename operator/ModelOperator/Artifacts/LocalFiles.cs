namespace ModelOperator.Artifacts;

/// <summary>Files of the pod's own volume; what goes wrong there is permanent and says so.</summary>
internal static class LocalFiles
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Opens a new or emptied file, and its folder.</summary>
    public static FileStream Create(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, failure);
        }
    }

    /// <summary>Appends bytes.</summary>
    public static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException failure)
        {
            throw Explain(file.Name, failure);
        }
    }

    /// <summary>Gives a finished file its name.</summary>
    public static void Publish(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, failure);
        }
    }

    /// <summary>What a failure of the local volume means.</summary>
    public static TransferException Explain(string path, Exception failure) => failure.HResult is NoSpace or QuotaExceeded
        ? new TransferException(TransferFailure.Local, "WorkspaceFull", $"no room left to write {path}; give the pod more ephemeral storage", failure)
        : new TransferException(TransferFailure.Local, "WorkspaceNotWritable", $"cannot write {path}: {failure.Message}", failure);
}
