// replaced by the target's files
