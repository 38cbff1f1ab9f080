// Secrets for tests, made up or taken from public documentation; none ever opened anything. Split, so that scanners of source code stay quiet.

/** A secret of one kind in a text around it. */
export interface PlantedSecret {
  readonly what: string;
  /** As it occurs in a log or a test name. */
  readonly text: string;
  /** The part that must not be seen again. */
  readonly secret: string;
  readonly rule: string;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** `length` characters that look random, the same each time. */
function opaque(length: number, seed: number): string {
  let state = seed;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet[state % alphabet.length];
  };
  return Array.from({ length }, next).join('');
}

const pem = (label: string) => `-----BEGIN ${label}-----\n${opaque(64, 7)}\n${opaque(40, 8)}=\n-----END ${label}-----`;
const whole = (what: string, rule: string, secret: string): PlantedSecret => ({ what, rule, secret, text: secret });
const inside = (what: string, rule: string, secret: string, text: (secret: string) => string): PlantedSecret => ({
  what,
  rule,
  secret,
  text: text(secret),
});

/** One secret of every kind that must never leave. */
export const plantedSecrets: readonly PlantedSecret[] = [
  whole('a JWT', 'jwt', `ey${'J'}${opaque(24, 1)}.ey${'J'}${opaque(40, 2)}.${opaque(43, 3)}`),
  whole('an unsigned JWT', 'jwt', `ey${'J'}${opaque(24, 4)}.ey${'J'}${opaque(40, 5)}.`),
  ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((prefix, index) =>
    whole(`a GitHub token (${prefix})`, 'github-token', `${prefix}_${opaque(36, 10 + index)}`),
  ),
  whole('a fine-grained GitHub token', 'github-token', `github${'_pat_'}${opaque(22, 16)}_${opaque(59, 17)}`),
  whole('a GitLab personal token', 'gitlab-token', `gl${'pat-'}${opaque(20, 18)}`),
  whole('a GitLab deploy token', 'gitlab-token', `gl${'dt-'}${opaque(20, 19)}`),
  whole('a GitLab job token', 'gitlab-token', `gl${'cbt-'}64_${opaque(20, 20)}`),
  whole('an npm token', 'npm-token', `np${'m_'}${opaque(36, 21)}`),
  whole('a Slack bot token', 'slack-token', `xox${'b-'}${'1234567890'}-${opaque(24, 22)}`),
  whole('a Slack user token', 'slack-token', `xox${'p-'}${'1234567890'}-${opaque(24, 23)}`),
  inside(
    'a Slack webhook',
    'slack-webhook',
    `T0${opaque(8, 24)}/B0${opaque(8, 25)}/${opaque(24, 26)}`,
    (secret) => `https://hooks.slack.com/services/${secret}`,
  ),
  whole('an AWS access key id', 'aws-key-id', `AK${'IA'}IOSFODNN7EXAMPLE`),
  whole('a temporary AWS key id', 'aws-key-id', `AS${'IA'}IOSFODNN7EXAMPLE`),
  inside('an AWS secret key', 'credential', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', (secret) => `aws_secret_access_key=${secret}`),
  whole('a Google API key', 'google-key', `AI${'za'}${opaque(35, 27)}`),
  whole('a Stripe key', 'vendor-key', `sk${'_live_'}${opaque(24, 28)}`),
  whole('a model API key', 'vendor-key', `sk${'-proj-'}${opaque(40, 29)}`),
  whole('a PyPI token', 'vendor-key', `pypi${'-AgEI'}${opaque(60, 30)}`),
  whole('a Vault token', 'vendor-key', `hv${'s.'}${opaque(24, 31)}`),
  inside('a bearer token', 'authorization', opaque(40, 32), (secret) => `Authorization: Bearer ${secret}`),
  inside('a bearer token in lower case', 'authorization', opaque(40, 33), (secret) => `got bearer ${secret} instead`),
  inside('basic authorization', 'authorization', 'dXNlcjpwYXNzd29yZA==', (secret) => `Authorization: Basic ${secret}`),
  inside('a password in a URL', 'url-credentials', 'hunter2hunter2', (secret) => `postgres://app:${secret}@db.internal:5432/app`),
  inside(
    'a password in a git remote',
    'url-credentials',
    opaque(20, 34),
    (secret) => `cloning https://oauth2:${secret}@git.example.com/a.git`,
  ),
  inside('a token as the user of a URL', 'url-credentials', opaque(20, 35), (secret) => `https://${secret}@git.example.com/a.git`),
  whole('a PKCS8 private key', 'private-key', pem('PRIVATE KEY')),
  whole('an RSA private key', 'private-key', pem('RSA PRIVATE KEY')),
  whole('an OpenSSH private key', 'private-key', pem('OPENSSH PRIVATE KEY')),
  inside('a private key cut off', 'private-key', opaque(64, 7), () => pem('EC PRIVATE KEY').slice(0, 100)),
  inside('a password in a setting', 'credential', 'correct-horse', (secret) => `login with password=${secret} failed`),
  inside('a password in JSON', 'credential', 'battery staple', (secret) => `{"user":"x","password": "${secret}"}`),
  inside('a password in JSON within JSON', 'credential', 'battery staple', (secret) =>
    JSON.stringify(JSON.stringify({ user: 'x', password: secret })),
  ),
  inside('an API key in a query', 'credential', opaque(16, 36), (secret) => `GET /v1?api_key=${secret}&x=1`),
  inside('a client secret', 'credential', opaque(16, 37), (secret) => `client_secret: ${secret}1`),
  whole('an e-mail address', 'email', 'jane.doe+ci@mail.example.com'),
  inside('an e-mail address in a name', 'email', 'bob@example.co.uk', (secret) => `invites <${secret}> twice`),
  inside('a home directory of Linux', 'user-path', 'jane.doe', (secret) => `cannot open /home/${secret}/app/key.json`),
  inside('a home directory of macOS', 'user-path', 'Jane_Doe', (secret) => `at file:///Users/${secret}/app/a.test.ts:3`),
  inside('a home directory of Windows', 'user-path', 'jdoe', (secret) => `C:\\Users\\${secret}\\app`),
  inside('a home directory of Windows in JSON', 'user-path', 'jdoe', (secret) => JSON.stringify(`C:\\Users\\${secret}\\app`)),
  inside('a key of unknown make', 'high-entropy', opaque(32, 40), (secret) => `uses ${secret} twice`),
  inside('a key of unknown make, in base64', 'high-entropy', `${opaque(43, 41)}=`, (secret) => `key ${secret}`),
];

/** What tests and runs are really called; none of it may be lost. */
export const harmlessTexts: readonly string[] = [
  'cart.CartTest adds two items',
  'refuses an expired token',
  'token: is refused when it has expired',
  'keeps the password field empty',
  'Bearer authentication is required',
  'Basic functionality works',
  'github-1234567890/3',
  'lodash@4.17.21',
  '@scope/name@1.0.0',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'https://ci.example.com/runs/42?attempt=2',
  'returns 401 for /v1/tokens/{id}',
  'tests/test_a.py::test_ok[1-2]',
  'handles the key "a.b.c"',
  'eyJust a word',
  'CloneSet > scales: 3 pods',
  '[redacted:credential]',
  'GET /home/orders answers 200',
  'https://example.com/home/orders',
  '/home/runner/work/app/app/src/a.test.ts',
  'com.example.checkout.CheckoutServiceImplTest2.addsTwoItemsAndRemovesOneOfThem',
  'handlesUtf8AndBase64AndSha256DigestsOfV1AndV2Documents',
  'go.uber.org/zap@v1.27.1-0.20240101000000-0123456789ab',
  '3f29c7a4-9d1e-4f0b-8c2a-1e5d7b9a0c44',
  'DEADBEEFCAFE0123456789ABCDEF01234567890ABCDEF',
  'SHA256:q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C',
  'sha512-Zq1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C==',
];
