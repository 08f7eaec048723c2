/// Runs programs: owns the global slots, the call stack and the limits. (Skeleton)
public final class Machine {
  public init(host: any Host) {}
}
