import { Command } from '../marks/command.tsx';
import { Digest } from '../marks/digest.tsx';
import { stageName } from '../marks/figures.ts';
import { LedgerPlace } from '../marks/ledger-place.tsx';
import { Moment } from '../marks/moment.tsx';
import { Verdict } from '../marks/verdict.tsx';
import { Reasons } from './reasons.tsx';
import { SinceLastPass } from './since-last-pass.tsx';
import type { ToldDecision } from './told.ts';

/** A signed decision: verdict, reasons, and how to check it without us. */
export function DecisionCard({ decision }: { decision: ToldDecision }) {
  const { id, kind, verdict, environment, stage, evaluatedAt, heldSince, validUntil, reasons, warnings, sinceLastPass } = decision;
  return (
    <article class={`decision ${verdict}`}>
      <h3>
        <Verdict verdict={verdict} /> {environment}, {stageName(stage)}
        {kind !== 'rollout' && <span class="tag">{kind}</span>}
        {decision.mode === 'shadow' && <span class="tag">in shadow: nobody acts on it</span>}
        {decision.override !== null && <span class="tag">by override</span>}
      </h3>
      <p class="quiet">
        <Moment at={evaluatedAt} />
        {heldSince !== null && <>, held since {new Date(heldSince).toLocaleTimeString()}</>}
        {validUntil !== null && <>, valid until {new Date(validUntil).toLocaleTimeString()}</>}
      </p>
      <Reasons reasons={reasons} />
      {warnings.length > 0 && (
        <>
          <h4>Warnings</h4>
          <Reasons reasons={warnings} />
        </>
      )}
      {sinceLastPass !== null && <SinceLastPass since={sinceLastPass} />}
      <details>
        <summary>How to check it</summary>
        <dl class="facts">
          <dt>Verify</dt>
          <dd>
            <Command line={`mc decision verify ${id}${decision.mode === 'shadow' ? ' --shadow' : ''}`} />
          </dd>
          <dt>Explain</dt>
          <dd>
            <Command line={`mc decision explain ${id}`} />
          </dd>
          <dt>Ledger</dt>
          <dd>
            <LedgerPlace position={decision.ledgerPosition} />, revision {decision.revision}
          </dd>
          <dt>Policy</dt>
          <dd>
            <Digest value={decision.policyDigest} what="the policy's digest" />
          </dd>
          {decision.evidence.length > 0 && <dt>Evidence that counted</dt>}
          {decision.evidence.map((evidence) => (
            <dd key={evidence}>
              <Digest value={evidence} what="the evidence's digest" />
            </dd>
          ))}
          {decision.digests.length > 0 && <dt>Asked about</dt>}
          {decision.digests.map((digest) => (
            <dd key={digest}>
              <Digest value={digest} what="the artifact's digest" />
            </dd>
          ))}
        </dl>
      </details>
    </article>
  );
}
