type Source = Record<string, unknown>;

/** Edits for `startCrewline`: every policy climbs after `wait`, and repeats its last level `repeat` times. */
export function withPolicyWaits(wait: string, repeat = 3): (agency: Source) => Source {
  return (agency) => ({
    ...agency,
    escalationPolicies: list(agency.escalationPolicies).map((policy) => ({
      ...policy,
      repeat,
      levels: list(policy.levels).map((level) => ({ ...level, wait })),
    })),
  });
}

/** One more policy for the agency. */
export function withPolicy(policy: Source): (agency: Source) => Source {
  return (agency) => ({ ...agency, escalationPolicies: [...list(agency.escalationPolicies), policy] });
}

/** Fields of a file written over. */
export function withFields(fields: Source): (source: Source) => Source {
  return (source) => ({ ...source, ...fields });
}

function list(value: unknown): Source[] {
  return Array.isArray(value) ? value : [];
}
