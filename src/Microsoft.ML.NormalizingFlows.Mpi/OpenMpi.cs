using System.Runtime.InteropServices;

namespace Microsoft.ML.NormalizingFlows.Mpi;

/// <summary>
/// What is needed of the library of Open MPI, versions 4 and 5. Its constants are addresses of its own variables, which other implementations of
/// MPI do not have.
/// </summary>
internal static unsafe partial class OpenMpi
{
    private const string Library = "mpi";

    /// <summary>One thread calls at a time.</summary>
    private const int Serialized = 2;

    private static readonly string[] s_files = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];

    private static nint s_handle;

    /// <summary>In place of the values sent: those that are received.</summary>
    private const nint InPlace = 1;

    /// <summary>Joins the processes that mpirun has started; alone where it has not.</summary>
    /// <exception cref="DllNotFoundException">There is no Open MPI.</exception>
    public static void Start()
    {
        foreach (string file in s_files)
        {
            if (NativeLibrary.TryLoad(file, out s_handle))
                break;
        }
        if (s_handle == 0 || !NativeLibrary.TryGetExport(s_handle, "ompi_mpi_comm_world", out _))
            throw new DllNotFoundException("Open MPI is not there: install it (on Debian and Ubuntu the package openmpi-bin), and start the program by its mpirun.");
        NativeLibrary.SetDllImportResolver(typeof(OpenMpi).Assembly, (name, _, _) => name == Library ? s_handle : 0);
        Check(InitThread(0, 0, Serialized, out int provided));
        if (provided < Serialized)
            throw new InvalidOperationException("This Open MPI was built for programs of one thread, which those of .NET are not.");
    }

    public static int Rank()
    {
        Check(CommRank(Export("ompi_mpi_comm_world"), out int rank));
        return rank;
    }

    public static int Size()
    {
        Check(CommSize(Export("ompi_mpi_comm_world"), out int size));
        return size;
    }

    /// <summary>Adds up over all processes.</summary>
    /// <param name="values">Of this one; the sums take their place.</param>
    public static void Sum<T>(Span<T> values) where T : unmanaged
    {
        nint type = typeof(T) == typeof(float) ? Export("ompi_mpi_float")
            : typeof(T) == typeof(double) ? Export("ompi_mpi_double")
            : throw new NotSupportedException($"{typeof(T).Name} is not summed.");
        fixed (T* first = values)
            Check(Allreduce(InPlace, (nint)first, values.Length, type, Export("ompi_mpi_op_sum"), Export("ompi_mpi_comm_world")));
    }

    /// <summary>Leaves the processes in peace: all have come to their end.</summary>
    public static void End() => Check(Finalize());

    /// <summary>Ends all processes.</summary>
    public static void Abort() => _ = AbortAll(Export("ompi_mpi_comm_world"), 1);

    private static nint Export(string name) => NativeLibrary.GetExport(s_handle, name);

    private static void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException(FormattableString.Invariant($"Open MPI failed with code {code}."));
    }

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    private static partial int InitThread(nint argumentCount, nint arguments, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_rank")]
    private static partial int CommRank(nint communicator, out int rank);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_size")]
    private static partial int CommSize(nint communicator, out int size);

    [LibraryImport(Library, EntryPoint = "MPI_Allreduce")]
    private static partial int Allreduce(nint send, nint receive, int count, nint type, nint operation, nint communicator);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    private static partial int Finalize();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    private static partial int AbortAll(nint communicator, int code);
}
