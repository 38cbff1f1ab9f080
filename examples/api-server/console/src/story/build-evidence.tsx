import { Digest } from '../marks/digest.tsx';
import { LedgerPlace } from '../marks/ledger-place.tsx';
import { Moment } from '../marks/moment.tsx';
import { itemText } from './item-text.ts';
import type { ToldEvidence, ToldStory } from './told.ts';

/** What the build proved, record by record. */
export function BuildEvidence({ story: { evidence } }: { story: ToldStory }) {
  const records = evidence.filter(({ signed, checkpoint }) => !signed || checkpoint === 'build');
  return (
    <section aria-labelledby="build">
      <h2 id="build">Build evidence</h2>
      {records.length === 0 ? (
        <p class="quiet">None on record.</p>
      ) : (
        <ul class="plain">
          {records.map((record) => (
            <li key={record.id}>
              <Record record={record} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Record({
  record: { id, signed, keyId, items, digests, run, receivedAt, redactions, ledgerPosition, checkpoint },
}: {
  record: ToldEvidence;
}) {
  if (!signed)
    return (
      <article class="record">
        <p>
          Unsigned claims{checkpoint === null ? '' : ` for ${checkpoint}`} <span class="tag">never count</span>
        </p>
        <p class="quiet">
          received <Moment at={receivedAt} />, <LedgerPlace position={ledgerPosition} />
        </p>
      </article>
    );
  return (
    <article class="record">
      {items.map((item) => (
        <p key={item.item}>
          {itemText(item.item, item.value)}{' '}
          {item.countsFor.length > 0 ? <span class="tag counting">counts</span> : <span class="tag">superseded</span>}
        </p>
      ))}
      <p class="quiet">
        received <Moment at={receivedAt} />, <LedgerPlace position={ledgerPosition} />
        {redactions > 0 && `, ${redactions} fields redacted`}
      </p>
      <dl class="facts">
        <dt>Evidence</dt>
        <dd>
          <Digest value={id} what="the evidence's digest" />
        </dd>
        <dt>Signed by</dt>
        <dd>
          <code class="key">{keyId}</code>
        </dd>
        {run !== null && <dt>Run</dt>}
        {run !== null && (
          <dd>
            {run.provider} {run.id}, attempt {run.attempt}
          </dd>
        )}
        <dt>About</dt>
        {digests.length === 0 && <dd>the release itself</dd>}
        {digests.map((digest) => (
          <dd key={digest}>
            <Digest value={digest} what="the artifact's digest" />
          </dd>
        ))}
      </dl>
    </article>
  );
}
