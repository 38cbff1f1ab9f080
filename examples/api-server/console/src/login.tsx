import { usePlace } from './place.ts';

const problems: Readonly<Record<string, string>> = {
  failed: 'The login did not work or took too long. Try again.',
  unavailable: 'The place to log in cannot be reached now. Try again in a moment.',
  'no-access': 'You are known, but no rule of this Mission Control gives you anything to read. Ask whoever runs it.',
};

/** The way in, and why it is needed. */
export function Login({ ended }: { ended: boolean }) {
  const { path, params } = usePlace();
  const problem = problems[params.get('login') ?? ''];
  const kept = new URLSearchParams(params);
  kept.delete('login');
  const to = `${path}${kept.size === 0 ? '' : `?${kept}`}`;
  return (
    <section class="login">
      <h1 id="page" tabIndex={-1}>
        {ended ? 'Your session has ended' : 'Log in to see releases'}
      </h1>
      <p>Evidence, verdicts and their reasons are shown to whoever may read them.</p>
      {problem !== undefined && (
        <p role="alert" class="notice">
          {problem}
        </p>
      )}
      <a class="primary" href={`/console/login?${new URLSearchParams({ to })}`}>
        {ended ? 'Log in again' : 'Log in'}
      </a>
    </section>
  );
}
