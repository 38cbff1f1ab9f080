import { useEffect, useRef, useState } from 'preact/hooks';
import { go } from '../place.ts';
import { type FilterName, isFiltered, withFilter } from './list-filter.ts';

/** How long somebody types before the list follows, milliseconds. */
const pauseMs = 250;

export interface FiltersProps {
  readonly params: URLSearchParams;
  /** Names that were seen, offered while typing. */
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

export function Filters({ params, services, environments }: FiltersProps) {
  return (
    <search class="filters">
      <TextFilter name="search" label="Release" placeholder="part of its id" params={params} offered={[]} />
      <TextFilter name="service" label="Service" placeholder="any" params={params} offered={services} />
      <TextFilter name="environment" label="Environment" placeholder="any" params={params} offered={environments} />
      <label>
        <span>Verdict</span>
        <select
          value={params.get('verdict') ?? ''}
          onChange={({ currentTarget }) => go(withFilter(params, 'verdict', currentTarget.value), { replace: true })}
        >
          <option value="">any</option>
          <option value="pass">pass</option>
          <option value="fail">fail</option>
          <option value="hold">hold</option>
        </select>
      </label>
      {isFiltered(params) && (
        <button type="button" onClick={() => go('/', { replace: true })}>
          Clear filters
        </button>
      )}
    </search>
  );
}

interface TextFilterProps {
  readonly name: FilterName;
  readonly label: string;
  readonly placeholder: string;
  readonly params: URLSearchParams;
  readonly offered: readonly string[];
}

function TextFilter({ name, label, placeholder, params, offered }: TextFilterProps) {
  const kept = params.get(name) ?? '';
  const [typed, setTyped] = useState(kept);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(kept), [kept]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (value: string) => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => go(withFilter(new URL(location.href).searchParams, name, value), { replace: true }), pauseMs);
  };
  return (
    <label>
      <span>{label}</span>
      <input
        type="search"
        name={name}
        value={typed}
        placeholder={placeholder}
        autoComplete="off"
        spellcheck={false}
        list={offered.length === 0 ? undefined : `${name}-names`}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
      {offered.length > 0 && (
        <datalist id={`${name}-names`}>
          {offered.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </label>
  );
}
