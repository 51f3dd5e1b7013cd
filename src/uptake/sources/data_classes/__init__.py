"""Classes of data in what people send to tools: the local detector (GOVERNANCE.md section 11), and the counts that it or a gateway made."""

from uptake.model.outcome import Source
from uptake.sources.data_classes.parse import parse

SOURCE = Source(
    name="data-classes",
    tool=None,
    title="Classes of data in prompts, as counts of the detector or of a gateway",
    parse=parse,
)
