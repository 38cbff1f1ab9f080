/**
 * A JSON 6902 patch for Kustomize that names the release on the Rollout, where analyses read it, and on its pods, where the downward API does.
 * Applied as it is, the release is called `unset`, which nobody has evidence of: the gate holds.
 */
export function releaseLabelPatch(service: string): string {
  return `# Names the release of ${service} for the gate. In kustomization.yaml:
#
#   patches:
#     - path: promotable/release-id.patch.yaml
#       target: { group: argoproj.io, kind: Rollout, name: ${service} }
#
# and before it is applied, with the id that the evidence was published under:
#
#   yq -i '.[].value = strenv(RELEASE_ID)' promotable/release-id.patch.yaml
#
# As it stands the release is called "unset": nobody has evidence of it, and the gate holds.
- op: add
  path: /metadata/labels/release-id
  value: unset
- op: add
  path: /spec/template/metadata/labels/release-id
  value: unset
`;
}
