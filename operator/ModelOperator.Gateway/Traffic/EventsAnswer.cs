namespace ModelOperator.Gateway.Traffic;

/// <summary>Answer to a body of events.</summary>
/// <param name="Accepted">Events in the body.</param>
/// <param name="First">Those that are the first of their name of a user: conversions, with their values.</param>
/// <param name="Repeated">Later ones of a user: counted as events, their values are not.</param>
/// <param name="Untracked">Those of users that are not remembered; counted as untracked only.</param>
internal sealed record EventsAnswer(int Accepted, int First, int Repeated, int Untracked);
