import { chosenReports, optionalReports } from './chosen-reports.ts';

/**
 * A reusable workflow that publishes the evidence of a build. What MC cannot take now is kept as an artifact of the run, and a second job sends it:
 * run again, it sends what is left, and nothing twice.
 */
export function githubWorkflow({ service, mcUrl, version }: Readonly<Record<'service' | 'mcUrl' | 'version', string>>): string {
  return `# Publishes what a build proved about ${service}. Call it from the job that builds:
#
#   evidence:
#     needs: build
#     uses: ./.github/workflows/promotable-publish.yml
#     permissions: { contents: read, id-token: write }
#     with:
#       release-id: \${{ needs.build.outputs.release-id }}
#       digest: \${{ needs.build.outputs.digest }}
#       reports: reports
#     secrets:
#       signing-key: \${{ secrets.PROMOTABLE_SIGNING_KEY }}
name: Publish release evidence

on:
  workflow_call:
    inputs:
      release-id:
        description: id of the release, the same as the label release-id
        required: true
        type: string
      digest:
        description: digest of the image that was pushed, sha256:…
        required: true
        type: string
      reports:
        description: artifact of this run that holds bom.json (CycloneDX or SPDX) and junit.xml, and what there is of ${optionalReports}
        required: true
        type: string
    secrets:
      signing-key:
        description: private key (PKCS8 PEM) that signs evidence
        required: true

permissions: {}

env:
  MC_URL: ${mcUrl}
  RELEASE_ID: \${{ inputs.release-id }}

jobs:
  publish:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      id-token: write
    outputs:
      outcome: \${{ steps.publish.outputs.outcome }}
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm install --global @promotable/mc@${version}
      - uses: actions/download-artifact@v4
        with:
          name: \${{ inputs.reports }}
          path: reports
      - name: Build and sign
        env:
          MC_SIGNING_KEY: \${{ secrets.signing-key }}
          DIGEST: \${{ inputs.digest }}
        run: |
${chosenReports('          ')}
          mc evidence build --service ${service} --release-digest "$DIGEST" "$@" \\
            --provider github --run "$GITHUB_RUN_ID" --attempt "$GITHUB_RUN_ATTEMPT" --out build.evidence.json
      - name: Publish
        id: publish
        run: |
          curl --fail --silent --show-error --retry 3 -H "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
            "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$MC_URL" | jq -er .value > token
          code=0
          mc evidence publish build.evidence.json --token-file token --spool spool || code=$?
          rm token
          # 3: it waits in the spool, and the next job sends it.
          if [ "$code" = 3 ]; then echo "outcome=spooled" >> "$GITHUB_OUTPUT"; exit 0; fi
          exit "$code"
      - name: Keep what waits
        if: steps.publish.outputs.outcome == 'spooled'
        uses: actions/upload-artifact@v4
        with:
          name: promotable-spool
          path: spool
          retention-days: 7

  replay:
    needs: publish
    if: needs.publish.outputs.outcome == 'spooled'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      id-token: write
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm install --global @promotable/mc@${version}
      - uses: actions/download-artifact@v4
        with:
          name: promotable-spool
          path: spool
      - name: Send what waits
        run: |
          for pause in 30 60 120 240 480 0; do
            curl --fail --silent --show-error --retry 3 -H "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
              "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$MC_URL" | jq -er .value > token
            code=0
            mc evidence replay --token-file token --spool spool || code=$?
            rm token
            if [ "$code" != 3 ] || [ "$pause" = 0 ]; then exit "$code"; fi
            sleep "$pause"
          done
`;
}
