"""The rooms of the application, one blueprint each."""
