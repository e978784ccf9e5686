"""The closed sets of answers, each written once and in the contract's order.

The order is kept on purpose: lists are sorted by it, so the order of entry never matters,
and forms and error messages offer the values in the order in which a clinician met them.
"""

from typing import Literal, get_args

Kind = Literal[
    "lateness", "boundary_request", "deflection", "authority_frustration", "disconnection"
]
YesNo = Literal["yes", "no", "unknown"]
Happened = Literal["this_session", "last_session", "longer_ago", "unknown"]

Who = Literal["therapist", "client", "both", "neither"]
Cause = Literal["avoidable", "outside_control", "unknown"]
Form = Literal["late", "missed", "cancelled", "cut_short"]

Nature = Literal[
    "social",
    "contact_outside_sessions",
    "online_connection",
    "physical_touch",
    "gift",
    "personal_information",
    "favour_or_business",
    "session_frame",
    "fee",
    "event_invitation",
    "letter_or_document",
    "crisis_contact",
    "sexual_or_romantic",
    "other",
]
Answer = Literal["not_yet", "left_unanswered", "declined", "partly_granted", "granted", "unknown"]
IntendedAnswer = Literal["decline", "grant", "partly_grant", "undecided", "unknown"]

Trigger = Literal[
    "compliment_or_care",
    "difficult_topic",
    "feelings",
    "question",
    "repair_attempt",
    "other",
    "unknown",
]
Response = Literal[
    "joke",
    "topic_change",
    "minimal_reply",
    "intellectualizing",
    "storytelling",
    "appeasing",
    "content_affect_split",
    "self_criticism",
    "silence",
    "other",
]

Toward = Literal["therapist", "therapy_rules_or_tasks", "outside_authority"]
Grievance = Literal["justified", "partly_justified", "none_apparent", "unknown"]
About = Literal[
    "person",
    "task_or_homework",
    "goal",
    "pace_or_progress",
    "fee",
    "rules_or_frame",
    "being_sent",
]

Act = Literal[
    "invalidated",
    "slighting_remark",
    "inattentive",
    "forgot_or_misnamed",
    "lost_temper",
    "too_directive",
    "over_interpreted",
    "shared_information",
    "ended_or_cancelled",
    "planned_absence",
    "broke_agreement",
    "unanswered_message",
    "said_too_much_of_self",
    "overstepped",
    "interruption",
    "not_known",
    "other",
]
NoticedBy = Literal["client", "therapist", "both", "unknown"]

Phase = Literal["early", "middle", "late", "ending", "unknown"]
Alliance = Literal["none_yet", "weak", "forming", "good", "strong", "unknown"]
Severity = Literal["low", "moderate", "high", "unknown"]
Movement = Literal["withdrawal", "confrontation", "mixed", "neither", "unknown"]
Sign = Literal[
    "denial",
    "minimal_response",
    "abstract_talk",
    "storytelling",
    "appeasing",
    "content_affect_split",
    "self_criticism",
    "complaint_about_therapist",
    "rejects_intervention",
    "complaint_about_activities",
    "complaint_about_parameters",
    "complaint_about_progress",
    "defends_self",
    "controls_or_pressures",
    "engaged",
]
Feeling = Literal[
    "angry",
    "irritated",
    "hurt",
    "disappointed",
    "ashamed",
    "anxious",
    "frightened",
    "sad",
    "numb",
    "drifting",
    "overwhelmed",
    "longing",
    "warm",
    "at_ease",
]
TherapistPart = Literal["none", "some", "main", "unknown"]
TherapistAct = Literal[
    "unanswered_message",
    "forgot_or_misnamed",
    "invalidated",
    "too_directive",
    "over_interpreted",
    "shared_information",
    "ended_or_cancelled",
    "broke_agreement",
    "slighting_remark",
    "inattentive",
    "lost_temper",
    "planned_absence",
    "said_too_much_of_self",
    "overstepped",
    "interruption",
    "other",
]
Apology = Literal["none", "token", "explored", "excessive", "unknown"]
EarlierRepair = Literal["not_tried", "helped", "no_change", "worsened", "unknown"]
Item = Literal["C1", "C2", "C3", "D1", "D2", "D3", "D4", "D5"]
OutsidePattern = Literal["discussed", "noticed_not_discussed", "none_known", "unknown"]
History = Literal["shared", "not_shared", "unknown"]
Setting = Literal["in_person", "video", "phone", "text", "unknown"]
CulturePower = Literal[
    "norm_explains_behaviour",
    "hardship_explains_behaviour",
    "misattunement_by_therapist",
    "mandated",
    "fee_or_access",
]
Leaving = Literal["no", "hinted", "announced", "left", "ended_by_therapist", "unknown"]
SessionsLeft = Literal["none", "one", "several", "unknown"]
Format = Literal["individual", "couple", "family", "group", "child_or_adolescent", "unknown"]
NextContact = Literal["this_session", "next_session", "message", "call", "unknown"]
TherapistFeeling = Literal[
    "anxious",
    "irritated",
    "hurt",
    "guilty",
    "ashamed",
    "helpless",
    "bored",
    "drawn_in",
    "wish_to_end",
]

Raised = Literal["yes", "unsure"]
StopFlag = Literal[
    "self_harm",
    "harm_to_others",
    "threat_or_stalking",
    "child_or_vulnerable_abuse",
    "partner_violence",
    "therapist_sexual_contact",
    "therapist_dual_relationship",
    "therapist_impaired",
    "acute_state",
]
ReviewFlag = Literal[
    "confidentiality_breach",
    "sexualized_request",
    "discrimination_claim",
    "formal_complaint",
    "costly_gift_or_barter",
    "third_party_or_capacity",
]
Flag = Literal[StopFlag, ReviewFlag]

KINDS: tuple[str, ...] = get_args(Kind)
FLAGS: tuple[str, ...] = get_args(Flag)
STOP_FLAGS: tuple[str, ...] = get_args(StopFlag)
"""The flags that stop a plan. With one of them an observation may tell of no rupture at all."""
