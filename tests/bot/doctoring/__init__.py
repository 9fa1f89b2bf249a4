"""Each thing that `footnote doctor` looks at, broken for true, told and mended."""
