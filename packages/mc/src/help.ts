// How the help of every command reads: its own options first, then groups; what must be given is marked.
import { Help, type HelpConfiguration } from 'commander';

const own = 'Options:';

export const helpConfiguration: HelpConfiguration = {
  optionDescription(option) {
    const text = Help.prototype.optionDescription.call(this, option);
    return option.mandatory ? `${text} (required)` : text;
  },
  groupItems(all, visible, groupOf) {
    const groups = Map.groupBy(visible, groupOf);
    const inOrder = [own, ...new Set(all.map(groupOf))].filter((heading, at, list) => groups.has(heading) && list.indexOf(heading) === at);
    return new Map(inOrder.map((heading) => [heading, groups.get(heading) ?? []]));
  },
};
