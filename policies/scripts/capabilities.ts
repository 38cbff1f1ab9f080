// The builtins that exist inside OPA's WASM; everything else would need the host, where npm opa-wasm has none or another one.
const insideWasm = new Set(
  `eq assign equal neq gt gte lt lte plus minus mul div abs round ceil floor rem array.concat array.flatten array.reverse array.slice
  and or intersection union is_number is_string is_boolean is_array is_set is_object is_null type_name count sum product max min sort
  json.marshal json.unmarshal json.is_valid json.remove json.filter object.filter object.get object.keys object.remove object.union object.union_n
  concat format_int indexof substring lower upper contains startswith endswith strings.reverse split replace trim trim_left trim_prefix trim_right
  trim_suffix trim_space numbers.range to_number walk graph.reachable internal.member_2 internal.member_3
  rego.metadata.rule rego.metadata.chain`.split(/\s+/),
);

interface Capabilities {
  readonly builtins: readonly { readonly name: string }[];
}

/** OPA's own capabilities, less every builtin that the WASM lacks. */
export function guardedCapabilities(current: Capabilities): Capabilities {
  return { ...current, builtins: current.builtins.filter((builtin) => insideWasm.has(builtin.name)) };
}
