"""The one door to durable-rules: rules compiled within its measured limits, then asked."""
