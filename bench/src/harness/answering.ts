// The other end of `startChild`: answers questions one by one, and ends with whoever asks.

/** Calls `answer` for each question, in order, and sends what it returns or throws. */
export function answerQuestions(answer: (question: never) => unknown): void {
  process.once('disconnect', () => process.exit());
  let turn: Promise<void> = Promise.resolve();
  process.on('message', (question: { readonly id: number }) => {
    turn = turn.then(async () => {
      try {
        process.send?.({ id: question.id, result: (await answer(question as never)) ?? null });
      } catch (error) {
        process.send?.({ id: question.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    });
  });
}
