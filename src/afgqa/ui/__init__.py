"""The browser page. Import `afgqa.ui.page` for it; that import brings in Gradio and takes seconds.

Gradio and the libraries under it read these variables when they are imported, and importing any
module of this package runs this file first. Without them they would call home.
"""

import os

os.environ.update(
    GRADIO_ANALYTICS_ENABLED="False",
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
)
