"""Forms of billing: what people type, read into what the verbs take."""
