"""The kinds of Telegram messages. What is no text and in neither list nobody can read: stickers, dice, polls …"""

from __future__ import annotations

import re

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""All that a deep link (`t.me/bot?start=…`) can carry."""

ATTACHMENTS = {
    "live_photo": "photo",  # before photo: it comes as both
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "animation": "video",  # before document: it comes as both
    "document": "document",
    "video": "video",
    "video_note": "video",
    "venue": "location",
    "location": "location",
    "contact": "contact",
}
"""What people send and staff can be given, by Telegram's name -> what it is to the assistant."""

SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "chat_owner_left",
        "chat_owner_changed",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "message_auto_delete_timer_changed",
        "chat_background_set",
        "boost_added",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
        "proximity_alert_triggered",
        "managed_bot_created",
        "successful_payment",
        "refunded_payment",
        "gift",
        "unique_gift",
        "gift_upgrade_sent",
        "paid_message_price_changed",
        "direct_message_price_changed",
        "suggested_post_approved",
        "suggested_post_approval_failed",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "giveaway_created",
        "giveaway_completed",
        "checklist_tasks_done",
        "checklist_tasks_added",
        "poll_option_added",
        "poll_option_deleted",
        "users_shared",
        "chat_shared",
        "connected_website",
        "write_access_allowed",
        "passport_data",
        "web_app_data",
    }
)
"""Messages in which Telegram tells what happened: they are no words of a person."""
