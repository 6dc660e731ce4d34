using Gateway;

var builder = WebApplication.CreateBuilder(DemoCluster.WithoutSwitch(args));

// For the demo alone: a Kafka in this process (--embedded), and something for the route "hello" to forward to.
await using var kafka = DemoCluster.Start(builder, args);
await using var upstream = await Upstream.StartAsync(builder);

builder.Services.AddReverseProxy()
    .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
    .AddKafkaConsume();

var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapReverseProxy();
await app.RunAsync();
