namespace ModelOperator.Tests.GridSources;

/// <summary>
/// Answers in the shapes that the APIs document: Electricity Maps v3 (portal.electricitymaps.com/docs), WattTime v3 (docs.watttime.org), Carbon Aware SDK
/// (its Web API's readme); shortened, times moved.
/// </summary>
internal static class GridDocuments
{
    internal const string History = """
        {"zone":"DE","history":[
          {"zone":"DE","carbonIntensity":302,"datetime":"2026-11-21T10:00:00.000Z","updatedAt":"2026-11-21T11:32:04.171Z","createdAt":"2026-11-18T10:34:45.000Z","emissionFactorType":"lifecycle","isEstimated":false,"estimationMethod":null},
          {"zone":"DE","carbonIntensity":289,"datetime":"2026-11-21T11:00:00.000Z","updatedAt":"2026-11-21T11:32:04.171Z","createdAt":"2026-11-18T11:34:45.000Z","emissionFactorType":"lifecycle","isEstimated":true,"estimationMethod":"TIME_SLICER_AVERAGE"},
          {"zone":"DE","carbonIntensity":null,"datetime":"2026-11-21T12:00:00.000Z","updatedAt":"2026-11-21T11:32:04.171Z","createdAt":"2026-11-18T12:34:45.000Z","emissionFactorType":"lifecycle","isEstimated":true,"estimationMethod":null}]}
        """;

    internal const string PastRange = """
        {"zone":"DE","data":[{"zone":"DE","carbonIntensity":410,"datetime":"2026-11-19T03:00:00.000Z","updatedAt":"2026-11-20T03:02:26.000Z","createdAt":"2026-11-16T04:02:18.000Z","emissionFactorType":"lifecycle","isEstimated":false,"estimationMethod":null}]}
        """;

    internal const string Forecast = """
        {"zone":"DE","forecast":[{"carbonIntensity":250,"datetime":"2026-11-21T12:00:00.000Z"},{"carbonIntensity":244,"datetime":"2026-11-21T13:00:00.000Z"},
          {"carbonIntensity":240,"datetime":"2026-11-21T14:00:00.000Z"}],"updatedAt":"2026-11-21T11:32:04.171Z"}
        """;

    internal const string Login = """{"token":"abcdef0123456789fedcabc"}""";

    internal const string Historical = """
        {"data":[{"point_time":"2026-11-21T11:50:00+00:00","value":870,"imputed_data_used":false,"last_updated":"2026-11-21T11:58:00+00:00"},
                 {"point_time":"2026-11-21T11:55:00+00:00","value":860,"imputed_data_used":true,"last_updated":"2026-11-21T11:58:00+00:00"}],
         "meta":{"data_point_period_seconds":300,"region":"CAISO_NORTH","warnings":[{"type":"EXAMPLE_WARNING","message":"This is just an example"}],
                 "signal_type":"co2_moer","model":{"date":"2023-03-01","type":"binned_regression"},"units":"lbs_co2_per_mwh"}}
        """;

    internal const string MarginalForecast = """
        {"data":[{"point_time":"2026-11-21T12:00:00+00:00","value":1000},{"point_time":"2026-11-21T12:05:00+00:00","value":900}],
         "meta":{"data_point_period_seconds":300,"region":"CAISO_NORTH","signal_type":"co2_moer","units":"lbs_co2_per_mwh","generated_at":"2026-11-21T11:55:00+00:00","generated_at_period_seconds":300}}
        """;

    internal const string SdkEmissions = """
        [{"location":"DE","time":"2026-11-21T10:00:00+00:00","rating":302.5,"duration":"01:00:00"},{"location":"DE","time":"2026-11-21T11:00:00+00:00","rating":289,"duration":"01:00:00"}]
        """;

    internal const string SdkForecasts = """
        [{"requestedAt":"2026-11-21T12:00:49+00:00","generatedAt":"2026-11-21T11:55:00+00:00","location":"germanywestcentral","dataStartAt":"2026-11-21T12:00:00Z","dataEndAt":"2026-11-21T13:00:00Z","windowSize":5,
          "optimalDataPoints":[{"location":"DE","timestamp":"2026-11-21T12:30:00+00:00","duration":30,"value":240}],
          "forecastData":[{"location":"DE","timestamp":"2026-11-21T12:00:00+00:00","duration":30,"value":250.25},{"location":"DE","timestamp":"2026-11-21T12:30:00+00:00","duration":30,"value":240}]}]
        """;
}
