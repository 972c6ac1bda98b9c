using System.Runtime.InteropServices;

namespace ModelOperator.Torch;

/// <summary>modelop_layer of native/scorer.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeLayer
{
    internal int Inputs;
    internal int Outputs;
    internal int Half;
    internal float* Weights;
    internal float* Biases;
}
