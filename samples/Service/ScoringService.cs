using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.ObjectPool;

namespace ServiceSample;

/// <summary>
/// Scores and explains rows over HTTP: POST /score and /explain take a JSON array of rows and answer with as many judgements; GET /columns tells
/// what a row has, GET /health whether the service is well.
/// </summary>
public static class ScoringService
{
    /// <summary>Rows of a request at most: longer tables are for files.</summary>
    private const int MaximumRows = 10_000;

    /// <param name="detector">What judges; belongs to the caller.</param>
    /// <param name="arguments">Of ASP.NET Core, such as --urls http://localhost:5000.</param>
    public static WebApplication Create(Detector detector, string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddHealthChecks().AddCheck("detector", () => new(detector.IsWell() ? HealthStatus.Healthy : HealthStatus.Unhealthy));
        var app = builder.Build();

        // An engine holds one row at a time: each request takes one and gives it back.
        ObjectPool<RowEngine> scoring = Pool(() => detector.CreateEngine(explains: false)), explaining = Pool(() => detector.CreateEngine(explains: true));
        app.MapPost("/score", (JsonElement rows) => Answer(rows, scoring));
        app.MapPost("/explain", (JsonElement rows) => Answer(rows, explaining));
        app.MapGet("/columns", () => detector.Columns);
        app.MapHealthChecks("/health", new HealthCheckOptions());
        return app;
    }

    private static IResult Answer(JsonElement rows, ObjectPool<RowEngine> pool)
    {
        if (rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() is 0 or > MaximumRows)
            return Results.Problem($"The body is to be a JSON array of 1 to {MaximumRows} rows.", statusCode: StatusCodes.Status400BadRequest);
        RowEngine engine = pool.Get();
        try
        {
            var judgements = new Judgement[rows.GetArrayLength()];
            int i = 0;
            foreach (JsonElement row in rows.EnumerateArray())
            {
                if (engine.Read(row) is string problem)
                    return Results.Problem($"Row {i + 1} {problem}", statusCode: StatusCodes.Status400BadRequest);
                judgements[i++] = engine.Judge();
            }
            return Results.Ok(judgements);
        }
        finally
        {
            pool.Return(engine);
        }
    }

    private static DefaultObjectPool<RowEngine> Pool(Func<RowEngine> create) => new(new EnginePolicy(create));

    private sealed class EnginePolicy(Func<RowEngine> create) : IPooledObjectPolicy<RowEngine>
    {
        public RowEngine Create() => create();

        public bool Return(RowEngine engine) => true;
    }
}
