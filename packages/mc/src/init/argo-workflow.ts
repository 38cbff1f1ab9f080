import { chosenReports, optionalReports } from './chosen-reports.ts';

/**
 * A WorkflowTemplate that publishes the evidence of a build, with the pod's own projected token. What MC cannot take now is an artifact of the
 * workflow; a second step sends it, retried for hours: nothing is sent twice.
 */
export function argoWorkflow({ service, mcUrl }: Readonly<Record<'service' | 'mcUrl', string>>): string {
  return `# Publishes what a build proved about ${service}. The image holds @promotable/mc; pin it by digest. Submit with
#   argo submit --from workflowtemplate/publish-evidence -p release-id=… -p digest=sha256:… -p image=registry/mc@sha256:…
# The artifact \`reports\` holds bom.json (CycloneDX or SPDX) and junit.xml, and what there is of
#   ${optionalReports}.
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: publish-evidence
spec:
  entrypoint: publish-evidence
  serviceAccountName: promotable-publisher
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  arguments:
    parameters:
      - name: release-id
      - name: digest
      - name: image
  volumes:
    # A token for MC alone, renewed by the kubelet; mc reads the file at every attempt.
    - name: token
      projected:
        sources:
          - serviceAccountToken:
              path: token
              audience: ${mcUrl}
              expirationSeconds: 3600
    - name: signing-key
      secret:
        secretName: promotable-signing-key
        defaultMode: 0440
  templates:
    - name: publish-evidence
      inputs:
        artifacts:
          - name: reports
      steps:
        - - name: publish
            template: publish
            arguments:
              artifacts:
                - name: reports
                  from: '{{inputs.artifacts.reports}}'
        - - name: replay
            template: replay
            when: '{{steps.publish.outputs.parameters.outcome}} == spooled'
            arguments:
              artifacts:
                - name: spool
                  from: '{{steps.publish.outputs.artifacts.spool}}'
    - name: publish
      inputs:
        artifacts:
          - name: reports
            path: /work/reports
      outputs:
        parameters:
          - name: outcome
            valueFrom:
              path: /work/outcome
        artifacts:
          - name: spool
            path: /work/spool
            optional: true
      container:
        image: '{{workflow.parameters.image}}'
        workingDir: /work
        command: [sh, -euc]
        args:
          - |
${chosenReports('            ')}
            mc evidence build --service ${service} --release-digest "$DIGEST" "$@" \\
              --provider argo --run "$RUN" --out build.evidence.json
            code=0
            mc evidence publish build.evidence.json --token-file /var/run/secrets/promotable/token --spool spool || code=$?
            # 3: it waits in the spool, and the next step sends it.
            if [ "$code" = 3 ]; then echo spooled > outcome; exit 0; fi
            echo done > outcome
            exit "$code"
        env: &environment
          - name: MC_URL
            value: ${mcUrl}
          - name: RELEASE_ID
            value: '{{workflow.parameters.release-id}}'
          - name: DIGEST
            value: '{{workflow.parameters.digest}}'
          - name: RUN
            value: '{{workflow.uid}}'
          - name: MC_SIGNING_KEY
            value: /etc/promotable-signing/key.pem
        volumeMounts: &mounts
          - name: token
            mountPath: /var/run/secrets/promotable
            readOnly: true
          - name: signing-key
            mountPath: /etc/promotable-signing
            readOnly: true
    - name: replay
      retryStrategy:
        limit: '12'
        retryPolicy: Always
        backoff:
          duration: 1m
          factor: '2'
          maxDuration: 6h
      inputs:
        artifacts:
          - name: spool
            path: /work/spool
      container:
        image: '{{workflow.parameters.image}}'
        workingDir: /work
        command: [mc, evidence, replay, --token-file, /var/run/secrets/promotable/token, --spool, spool]
        env: *environment
        volumeMounts: *mounts
`;
}
