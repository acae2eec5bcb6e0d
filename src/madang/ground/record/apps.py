from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "madang.ground.record"
    label = "ground_record"
    verbose_name = _("Public record")

    def ready(self) -> None:
        """Name the kinds of the ground, and let the rooms below record what they decide."""
        from madang.ground.footing import recording
        from madang.ground.people import data
        from madang.ground.places.operations import moving
        from madang.ground.record import holdings, kinds, subjects
        from madang.ground.record.below import KINDS, names_of
        from madang.ground.record.models import Entry
        from madang.ground.record.operations import record

        for kind in Entry.Kind:
            kinds.register(kind.value, kind.label)
        for key, label in KINDS.items():
            kinds.register(key, label)
        subjects.plug(names_of)
        recording.plug(record)
        data.register(holdings.DECISIONS)
        # The record tells who decided then, whatever became of the place.
        for model in self.get_models():
            moving.keep(model._meta.label)  # noqa: SLF001
