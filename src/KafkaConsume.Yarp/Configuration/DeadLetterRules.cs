namespace KafkaConsume.Yarp.Configuration;

/// <summary>What a route's dead letters need, and what they must not be.</summary>
internal static class DeadLetterRules
{
    /// <summary>Adds what does not fit, on a route whose clients acknowledge.</summary>
    public static void Check(RouteDraft draft, ICollection<string> errors)
    {
        if (draft.Knows(GroupSettingTable.RedeliveryBackoff, GroupSettingTable.RedeliveryBackoffMax)
            && draft.Options.RedeliveryBackoff > draft.Options.RedeliveryBackoffMax)
        {
            errors.Add($"{Key(draft, GroupSettingTable.RedeliveryBackoff)} must not be longer than {KafkaConsumeMetadata.RedeliveryBackoffMax}, "
                + $"which is {GroupSettingTable.RedeliveryBackoffMax.Write(draft.Options) ?? GroupSettingTable.RedeliveryBackoffMax.Default}.");
        }

        if (!draft.Knows(GroupSettingTable.EnableDlq, GroupSettingTable.DlqTopic))
        {
            return;
        }

        var topic = draft.Options.DlqTopic;
        if (!draft.Options.EnableDlq)
        {
            if (topic is not null)
            {
                errors.Add($"{Key(draft, GroupSettingTable.DlqTopic)} does nothing without \"{KafkaConsumeMetadata.EnableDlq}\": \"true\".");
            }
        }
        else if (topic is null)
        {
            errors.Add($"{KafkaConsumeMetadata.DlqTopic} is missing: {Key(draft, GroupSettingTable.EnableDlq)} = 'true' needs the topic for dead "
                + $"letters, \"{KafkaConsumeMetadata.DlqTopic}\": \"{GroupSettingTable.DlqTopic.Example}\".");
        }
        else
        {
            CheckUse(draft, topic, errors);
        }
    }

    private static void CheckUse(RouteDraft draft, string topic, ICollection<string> errors)
    {
        if (draft.Knows(SettingTable.Topics) && draft.Options.Topics.Contains(topic, StringComparer.Ordinal))
        {
            errors.Add($"{Key(draft, GroupSettingTable.DlqTopic)} = '{topic}' is one of the route's own topics: its dead letters would come back "
                + "again and again.");
        }

        if (draft.Knows(GroupSettingTable.MaxDeliveries) && draft.Options.MaxDeliveries == 0)
        {
            errors.Add($"{Key(draft, GroupSettingTable.EnableDlq)} = 'true' does nothing with {Key(draft, GroupSettingTable.MaxDeliveries)} = '0': "
                + "no record is ever given up.");
        }
    }

    private static string Key(RouteDraft draft, Setting setting) => Shown.Plain(draft.KeyOf(setting) ?? setting.Key);
}
