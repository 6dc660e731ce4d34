namespace KafkaConsume.Yarp.Configuration;

/// <summary>What settings of one route may not be together: they contradict each other, or one of them would do nothing.</summary>
internal static class RouteRules
{
    public static KafkaConsumerGroupMode GroupModeOf(KafkaRouteOptions options) => options.ConsumerGroupMode
        ?? (options.Mode == KafkaConsumeMode.HttpGet ? KafkaConsumerGroupMode.Random : KafkaConsumerGroupMode.None);

    /// <summary>Adds what does not fit. Rules that look at a setting whose value could not be read are left out.</summary>
    public static void Check(RouteDraft draft, ICollection<string> errors, ICollection<string> warnings)
    {
        CheckReset(draft, warnings);
        if (!draft.Knows(SettingTable.Mode))
        {
            return;
        }

        CheckMode(draft, errors);
        if (draft.Knows(SettingTable.ConsumerGroupMode))
        {
            CheckGroup(draft, errors);
        }
    }

    private static void CheckReset(RouteDraft draft, ICollection<string> warnings)
    {
        if (!draft.EnforcesLatest
            && draft.Knows(SettingTable.AutoOffsetReset, SettingTable.EnforceLatestOffsetReset)
            && draft.Options.AutoOffsetReset == KafkaAutoOffsetReset.Latest)
        {
            warnings.Add($"{Key(draft, SettingTable.EnforceLatestOffsetReset)} = 'false' changes nothing: with it Kong's 'latest' acts like "
                + $"'earliest', and here 'latest' always means latest. To start with the oldest record write "
                + $"\"{KafkaConsumeMetadata.AutoOffsetReset}\": \"earliest\".");
        }
    }

    private static void CheckMode(RouteDraft draft, ICollection<string> errors)
    {
        var mode = draft.Options.Mode;
        if (mode == KafkaConsumeMode.HttpGet)
        {
            Refuse(draft, SettingTable.HeartbeatInterval, "does nothing on an http-get route: only streams send heartbeats.", errors);
            Refuse(draft, SettingTable.SlowClients, "does nothing on an http-get route: its clients read at their own pace.", errors);
        }
        else if (mode is KafkaConsumeMode.ServerSentEvents or KafkaConsumeMode.WebSocket)
        {
            foreach (var setting in (ReadOnlySpan<Setting>)[SettingTable.BatchMaxRecords, SettingTable.BatchMaxBytes, SettingTable.MaxWait])
            {
                Refuse(draft, setting, "does nothing on a stream: it is for the batches of http-get and auto.", errors);
            }
        }
    }

    private static void CheckGroup(RouteDraft draft, ICollection<string> errors)
    {
        var options = draft.Options;
        var group = GroupModeOf(options);
        if (group == KafkaConsumerGroupMode.Manual)
        {
            if (draft.KeyOf(SettingTable.ConsumerGroupId) is null)
            {
                errors.Add($"{KafkaConsumeMetadata.ConsumerGroupId} is missing: {Key(draft, SettingTable.ConsumerGroupMode)} = 'manual' needs the "
                    + $"group's id, \"{KafkaConsumeMetadata.ConsumerGroupId}\": \"{SettingTable.ConsumerGroupId.Example}\".");
            }
        }
        else if (group != KafkaConsumerGroupMode.User)
        {
            Refuse(
                draft,
                SettingTable.ConsumerGroupId,
                $"is only for {KafkaConsumeMetadata.ConsumerGroupMode} = 'manual' or 'user', and here it is '{group.ToString().ToLowerInvariant()}'.",
                errors);
        }

        if (group != KafkaConsumerGroupMode.User)
        {
            foreach (var setting in UserSettingTable.All)
            {
                Refuse(draft, setting, $"is only for {KafkaConsumeMetadata.ConsumerGroupMode} = 'user'.", errors);
            }
        }

        CheckAcks(draft, errors);
        CheckProtocol(draft, errors);
        CheckStreams(draft, group, errors);
        if (group == KafkaConsumerGroupMode.None)
        {
            Refuse(draft, SettingTable.CommitStrategy, "does nothing without a consumer group: a client keeps its own position.", errors);
            foreach (var setting in MembershipSettingTable.All)
            {
                Refuse(draft, setting, "does nothing without a consumer group.", errors);
            }

            CheckProperties(draft, errors);
        }
        else if (options.AllowSeek == true)
        {
            Refuse(
                draft,
                SettingTable.AllowSeek,
                $"= 'true' does not go with a consumer group, whose position belongs to Kafka. Write "
                + $"\"{KafkaConsumeMetadata.ConsumerGroupMode}\": \"none\" to let clients choose where to start.",
                errors);
        }
    }

    private static void CheckAcks(RouteDraft draft, ICollection<string> errors)
    {
        if (!draft.Knows(SettingTable.CommitStrategy))
        {
            return;
        }

        if (draft.Options.CommitStrategy == KafkaCommitStrategy.ClientAcks)
        {
            DeadLetterRules.Check(draft, errors);
            return;
        }

        // Kong's switch may be there to say no.
        foreach (var setting in GroupSettingTable.OfAcks)
        {
            if (setting != GroupSettingTable.EnableDlq || draft.Options.EnableDlq)
            {
                Refuse(
                    draft, setting, $"does nothing unless clients acknowledge: \"{KafkaConsumeMetadata.CommitStrategy}\": \"client-acks\".", errors);
            }
        }
    }

    private static void CheckProtocol(RouteDraft draft, ICollection<string> errors)
    {
        if (draft.Options.ConsumerGroupProtocol != KafkaGroupProtocol.Auto
            && draft.Properties.TryGetValue(KafkaPropertyTable.GroupProtocol, out var property))
        {
            errors.Add($"{Key(draft, MembershipSettingTable.Protocol)} and {Shown.Plain(property.Key)} are the same setting: keep one of them.");
        }
    }

    private static void CheckStreams(RouteDraft draft, KafkaConsumerGroupMode group, ICollection<string> errors)
    {
        var options = draft.Options;
        if (group == KafkaConsumerGroupMode.None || options.Mode == KafkaConsumeMode.HttpGet)
        {
            foreach (var setting in GroupSettingTable.OfStreams)
            {
                Refuse(draft, setting, "does nothing here: it is for streams of a consumer group.", errors);
            }

            return;
        }

        if (options is { Format: KafkaRecordFormat.Value, CommitStrategy: not KafkaCommitStrategy.Auto } && draft.Knows(SettingTable.CommitStrategy))
        {
            Refuse(
                draft,
                SettingTable.Format,
                "= 'value' does not go with streams whose clients say what is done: they could not name the records. Write "
                + $"\"{KafkaConsumeMetadata.Format}\": \"record\".",
                errors);
        }

        Refuse(draft, SettingTable.SlowClients, "does nothing with a consumer group: what its clients do not take waits for them in Kafka.", errors);
        if (options.Mode == KafkaConsumeMode.ServerSentEvents)
        {
            foreach (var setting in (ReadOnlySpan<Setting>)[GroupSettingTable.Flow, GroupSettingTable.AckReplies])
            {
                Refuse(draft, setting, "does nothing on an event stream, which goes one way: it is for WebSockets.", errors);
            }
        }
        else if (draft.Knows(SettingTable.CommitStrategy) && options.CommitStrategy == KafkaCommitStrategy.Auto)
        {
            Refuse(
                draft,
                GroupSettingTable.AckReplies,
                $"does nothing unless clients say what is committed: \"{KafkaConsumeMetadata.CommitStrategy}\": \"client-acks\" or \"off\".",
                errors);
        }
    }

    private static void CheckProperties(RouteDraft draft, ICollection<string> errors)
    {
        foreach (var (name, (key, _)) in draft.Properties)
        {
            if (KafkaPropertyTable.Find(CanonicalName.Of(name)) is { Scope: KafkaPropertyScope.Group })
            {
                errors.Add($"{Shown.Plain(key)} does nothing without a consumer group.");
            }
        }
    }

    private static void Refuse(RouteDraft draft, Setting setting, string reason, ICollection<string> errors)
    {
        if (draft.KeyOf(setting) is { } key && draft.Knows(setting))
        {
            errors.Add($"{Shown.Plain(key)} {reason}");
        }
    }

    private static string Key(RouteDraft draft, Setting setting) => Shown.Plain(draft.KeyOf(setting) ?? setting.Key);
}
