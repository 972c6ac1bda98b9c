using System.Runtime.InteropServices;

namespace ModelOperator.Artifacts;

/// <summary>What .NET does not offer of the file system: the kind of an entry without opening it, fsync of a directory, and a rename over a link to a directory.</summary>
internal static partial class UnixFiles
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const int CloseOnExec = 0x80000;
    private const uint TypeAndMode = 3;
    private const int StatxBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int Symlink = 0xA000;

    /// <summary>Kind of the entry itself (a symbolic link is not followed).</summary>
    public static FileKind KindOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return PortableKind(path);
        var buffer = new byte[StatxBytes];
        if (Statx(CurrentDirectory, path, NoFollow, TypeAndMode, buffer) != 0)
            return FileKind.Missing;
        return (BitConverter.ToUInt16(buffer, ModeOffset) & TypeMask) switch
        {
            RegularFile => FileKind.File,
            Folder => FileKind.Directory,
            Symlink => FileKind.Symlink,
            _ => FileKind.Special,
        };
    }

    /// <summary>Makes the names inside a directory durable (a rename is only safe after this).</summary>
    public static void SyncDirectory(string path)
    {
        var handle = Open(path, CloseOnExec);
        if (handle < 0)
            throw new IOException($"cannot open the directory '{path}' to sync it: errno {Marshal.GetLastPInvokeError()}");
        try
        {
            if (Fsync(handle) != 0)
                throw new IOException($"cannot sync the directory '{path}': errno {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>Gives an entry another name, in one step, also that of a symbolic link, which is replaced and not followed.</summary>
    public static void Rename(string from, string to)
    {
        if (RenameEntry(from, to) != 0)
            throw new IOException($"cannot rename '{from}' to '{to}': errno {Marshal.GetLastPInvokeError()}");
    }

    private static FileKind PortableKind(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is not null)
            return FileKind.Symlink;
        if (info.Exists)
            return FileKind.File;
        return Directory.Exists(path) ? FileKind.Directory : FileKind.Missing;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] buffer);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameEntry(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
