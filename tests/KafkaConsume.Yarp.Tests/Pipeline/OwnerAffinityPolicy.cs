using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Sends a request to the replica that it names: the recipe of docs/delivery.md. The destinations' ids are the replicas' names.</summary>
internal sealed class OwnerAffinityPolicy : ISessionAffinityPolicy
{
    public string Name => "KafkaConsumeOwner";

    public AffinityResult FindAffinitizedDestinations(
        HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations)
    {
        var owner = context.Request.Headers["KafkaConsume-Owner"] is [{ } named] ? named : context.Request.Cookies[config.AffinityKeyName];
        if (owner is null)
        {
            return new AffinityResult(null, AffinityStatus.AffinityKeyNotSet);
        }

        return destinations.FirstOrDefault(destination => destination.DestinationId == owner) is { } found
            ? new AffinityResult([found], AffinityStatus.OK)
            : new AffinityResult(null, AffinityStatus.DestinationNotFound);
    }

    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        // The replicas name themselves.
    }
}
