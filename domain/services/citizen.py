"""What the digital citizen does: the services that the articles name."""

from domain.text import Text

CALLS = {
    "dvc": Text("dịch vụ công", "public services"),
    "electricity": Text("điện", "electricity"),
    "water": Text("nước", "water"),
    "traffic": Text("giao thông", "traffic"),
    "education": Text("giáo dục", "education"),
    "health": Text("y tế", "health"),
    "jobs": Text("việc làm", "jobs"),
    "birth": Text("khai sinh", "birth registration"),
    "filing": Text("nộp hồ sơ", "filing of dossiers"),
    "feedback": Text("theo dõi phản ánh", "following feedback"),
}
"""Services of Long An Số, as the articles list them."""
