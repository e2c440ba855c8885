"""IAM: policies for the lab's callers, what each call needs, and what was decided."""
