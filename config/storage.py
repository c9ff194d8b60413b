"""Static files under hashed names, module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Also rewrite `import './x.js'` in our modules: otherwise keeping only hashed files would break them."""

    support_js_module_import_aggregation = True
