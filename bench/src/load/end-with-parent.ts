// Loaded into every server under test: it ends when the harness does, even when that is killed.
process.once('disconnect', () => process.exit());
process.channel?.unref();
