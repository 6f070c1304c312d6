"""Notes that say nothing yet, notes that say that nobody came, and notes that say something; in two halves."""

from __future__ import annotations

EMPTY = (
    ".", "***", "TBD", "notes to follow", "t/r", "-", "…", "N/A", "S:\nO:\nA:\nP:", "Notes to be written",
    "Subjective: ***\nObjective: ***\nAssessment: ***\nPlan: ***", "Dr. notes pending", "xxx", "???",
    "Thank you for bringing *** in today. *** was seen for ***. Please give *** every *** hours.",
)  # fmt: skip
EMPTY_HELD_OUT = (
    "--", "tba", "Will complete later", "Notes to come.", "HISTORY:\n\nEXAM:\n\nPLAN: tbd", "[ ]", "___",
    "to be completed", "#", "Chief complaint: \nPhysical exam:\nRecommendations:", "pending", "Write up to follow",
    "Dear ____, today ____ had ____ and ____.", "* * *", "S/O/A/P", "SOAP", "Record to be finished tonight",
)  # fmt: skip
TELLING = (
    "Doing well.", "BAR, QAR.", "Recheck in 2 weeks", "WNL", "S: ok\nO:\nA: healthy\nP: home", "Rabies 3y given",
    "Assessment: otitis externa\nPlan: ***", "Vaccines.", "no concerns", "Gave ***\nRest for three days, no running.",
)  # fmt: skip
TELLING_HELD_OUT = (
    "Nail trim only, all good", "Good visit", "Temp: 38.4\nHR: 110\nRR: 24", "Healthy cat",
    "S: vomiting x2\nO:\nA:\nP:",
    "ok", "Discharge: go home, rest. Results to follow.", "Histopathology pending; sutures out in 10 days",
    "Dental prophy done, 2 extractions", "Plan: start Apoquel",
)  # fmt: skip

NOBODY_CAME = (
    "no show - left message", "LWBS", "will r/s", "No-show.", "Owner did not show, left vm",
    "Client no-showed for appt", "Cancelled by owner, will reschedule", "Left without being seen",
    "NS/NC", "Did not arrive.", "O called to r/s",
)  # fmt: skip
NOBODY_CAME_HELD_OUT = (
    "NO SHOW", "Never showed up. LMOM.", "Client didn't come in today", "rescheduled to next week",
    "O left before being seen, will call to reschedule", "noshow x2", "Owner failed to arrive for the appointment",
    "pt not brought in - o to r/s", "Appointment cancelled, owner ill",
)  # fmt: skip
SOMEBODY_CAME = (
    "Vaccines given today. Will r/s dental.", "Last appointment was a no show. Exam today normal.",
    "Owner rescheduled surgery. Today: ears cleaned, Mometamax dispensed.", "Healthy, no concerns.",
    "Patient did not show any pain on palpation.", "Recheck cancelled if doing well.", "No showing of lameness today.",
    "Rads did not show fractures.",
)  # fmt: skip
SOMEBODY_CAME_HELD_OUT = (
    "Did not show signs of discomfort.", "No-showed last month; today exam unremarkable, rabies given.",
    "Owner cancelled the dental estimate. Cerenia 1 mg/kg given.", "Bloodwork did not show anemia",
    "Will r/s the neuter once the URI has cleared, doxycycline dispensed.", "Cancelled sedation, trimmed nails awake.",
    "Came late, seen by Dr. Lee", "x-rays never showed a foreign body, discharged",
)  # fmt: skip
