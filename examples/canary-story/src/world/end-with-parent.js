// Preloaded with --import into every process that the story starts, also into npm's; plain JavaScript, because npm may run on an older Node.
// The parent holds the other end of the IPC channel: when it ends, even by kill -9, the channel closes and so does this process.
if (process.channel) {
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
// Ctrl-C reaches the whole process group; who stops when is for the parent to say.
process.on('SIGINT', () => {});
