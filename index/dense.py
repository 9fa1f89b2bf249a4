"""The dense arm: vectors in Chroma, through LlamaIndex."""
