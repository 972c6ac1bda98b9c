namespace ModelOperator.Artifacts;

/// <summary>A model below the output folder: where its files are and what they hash to.</summary>
/// <param name="Base">Folder that the manifest's paths are relative to.</param>
/// <param name="Manifest">The files.</param>
public sealed record ModelFolder(string Base, ArtifactManifest Manifest)
{
    /// <summary>
    /// Reads a model. No part of the path may be a link: the publisher holds a token, and a link could make it publish its own files.
    /// </summary>
    /// <exception cref="TransferException">BadData with reason ModelMissing, ModelInvalid or ModelDigestMismatch.</exception>
    public static async Task<ModelFolder> ReadAsync(string outputDir, string modelPath, Sha256Digest? claimed, CancellationToken cancellationToken)
    {
        var full = outputDir;
        var kind = UnixFiles.KindOf(full);
        foreach (var segment in modelPath.Split('/'))
        {
            if (kind != FileKind.Directory)
                break;
            full = Path.Combine(full, segment);
            kind = UnixFiles.KindOf(full);
        }
        if (full != Path.Combine(outputDir, modelPath) || kind == FileKind.Missing)
            throw new TransferException(TransferFailure.BadData, "ModelMissing", $"result.json names model.path '{modelPath}', but the trainer wrote nothing there");
        var manifest = await ReadManifestAsync(full, modelPath, kind, cancellationToken);
        if (claimed is not null && claimed != manifest.Digest)
            throw new TransferException(
                TransferFailure.BadData, "ModelDigestMismatch", $"result.json says model.digest {claimed}, but the files of '{modelPath}' hash to {manifest.Digest}");
        return new ModelFolder(kind == FileKind.File ? Path.GetDirectoryName(full)! : full, manifest);
    }

    private static async Task<ArtifactManifest> ReadManifestAsync(string full, string modelPath, FileKind kind, CancellationToken cancellationToken)
    {
        if (kind is FileKind.Symlink or FileKind.Special)
            throw Invalid(modelPath, "it is a symbolic link, pipe, socket or device");
        if (kind == FileKind.Directory && !Directory.EnumerateFileSystemEntries(full).Any())
            throw new TransferException(TransferFailure.BadData, "ModelMissing", $"the model folder '{modelPath}' is empty");
        try
        {
            return kind == FileKind.File
                ? await FolderManifest.ReadFileAsync(full, cancellationToken)
                : await FolderManifest.ReadAsync(full, cancellationToken);
        }
        catch (ArtifactFormatException failure)
        {
            throw Invalid(modelPath, failure.Message);
        }
    }

    private static TransferException Invalid(string modelPath, string why) =>
        new(TransferFailure.BadData, "ModelInvalid", $"the model at '{modelPath}' cannot be published: {why}");
}
