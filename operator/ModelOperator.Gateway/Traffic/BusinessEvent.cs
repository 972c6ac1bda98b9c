namespace ModelOperator.Gateway.Traffic;

/// <summary>One business event.</summary>
/// <param name="User">Cohort key of the user: what the header or the cookie would hold.</param>
/// <param name="Kind">Index of its name.</param>
/// <param name="Value">Its value; 0 when none was given.</param>
internal readonly record struct BusinessEvent(string User, int Kind, double Value);
