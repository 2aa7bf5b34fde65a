/** A duration in ms the way Kubernetes prints ages: 45s, 5m30s, 3h20m, 6d4h, 1y30d. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return seconds % 60 ? `${minutes}m${seconds % 60}s` : `${minutes}m`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return minutes % 60 ? `${hours}h${minutes % 60}m` : `${hours}h`;
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return hours % 24 ? `${days}d${hours % 24}h` : `${days}d`;
  if (days < 365 * 2) return `${days}d`;
  return days % 365 && days < 365 * 8 ? `${Math.trunc(days / 365)}y${days % 365}d` : `${Math.trunc(days / 365)}y`;
}

/** The age of a timestamp, or <unknown>. */
export function age(timestamp: unknown, now: number): string {
  const since = Date.parse(String(timestamp ?? ''));
  return Number.isNaN(since) ? '<unknown>' : humanDuration(now - since);
}
