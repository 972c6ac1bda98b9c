namespace ModelOperator.ModelFormat;

/// <summary>A directory does not hold a usable model; the message names the file and what is wrong with it.</summary>
public sealed class ModelFormatException(string message, Exception? inner = null) : Exception(message, inner);
