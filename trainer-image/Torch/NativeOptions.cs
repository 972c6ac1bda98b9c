using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>modelop_network_options of native/network.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeOptions
{
    internal int Columns;
    internal int Outputs;
    internal int Layers;
    internal int* Widths;
    internal int BatchNorm;
    internal int Loss;
    internal int Precision;
    internal int Cuda;
    internal int Threads;
    internal double Dropout;
    internal double WeightDecay;
}
