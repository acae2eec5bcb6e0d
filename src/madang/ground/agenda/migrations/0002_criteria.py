"""The four criteria of the pursuit, which every place may change for itself."""

from django.db import migrations

CRITERIA = [
    ("daily_life", "생활밀착성", "Closeness to daily life", "시민의 일상에 얼마나 가까운 문제입니까?", "How close is it to citizens' daily lives?"),
    ("social_value", "사회적 가치", "Social value", "해결되면 누구에게 얼마나 도움이 됩니까?", "Whom would a solution help, and how much?"),
    ("feasibility", "실현 가능성", "Feasibility", "권한, 예산, 기술로 보아 할 수 있습니까?", "Can it be done with our powers, money and skills?"),
    ("urgency", "시급성", "Urgency", "늦어지면 피해가 커집니까?", "Does delay do harm?"),
]


def add(apps, schema_editor):
    criterion = apps.get_model("ground_agenda", "Criterion")
    for order, (key, name_ko, name_en, help_ko, help_en) in enumerate(CRITERIA):
        criterion.objects.create(
            key=key, name_ko=name_ko, name_en=name_en, help_ko=help_ko, help_en=help_en, order=order
        )


class Migration(migrations.Migration):
    dependencies = [("ground_agenda", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
