import Glibc
import Metering
import Store

/// Program and machine: versions, clock, zone, service.
enum HostCheck {
  static func program(_ version: String) -> Finding {
    .ok("program", "ams-logger \(version), SQLite \(LogReader.libraryVersion), Swift \(swiftVersion)")
  }

  /// Of the compiler that made this program, as far as it tells.
  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or newer"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  static var system: Finding {
    var name = utsname()
    guard uname(&name) == 0 else { return .ok("system", "not known") }
    let words = [text(&name.sysname), text(&name.release), text(&name.machine)]
    return .ok("system", "\(words.joined(separator: " ")), \(distribution(FileSystem.text(of: "/etc/os-release")))")
  }

  /// A field of `uname(2)`: octets up to a zero.
  private static func text<Field>(_ field: inout Field) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The name in a text of os-release(5).
  static func distribution(_ text: String?) -> String {
    let line = text?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } } ?? "distribution not known"
  }

  static func zone(_ name: String) -> Finding {
    Zone(named: name) == nil
      ? .fault("zone", "the time zone \(name) is not known", "install tzdata, or name another --timezone")
      : .ok("zone", name)
  }

  /// Whether the host's clock is kept right by something. The meter's clock bridges a wrong one, but not for ever.
  static func clock(_ state: ClockState = HostClock.state(), now: UTCTime = HostClock.now()) -> Finding {
    let time = now.iso8601
    // Before this program was made, no clock that is right has been.
    guard now.milliseconds >= 1_767_225_600_000 else {
      return .fault("clock", "it is \(time) by this host", "set the clock: `sudo timedatectl set-ntp true`")
    }
    switch state {
    case .synchronised: return .ok("clock", "\(time), synchronised")
    case .free: return .warning("clock", "\(time), not synchronised", "turn it on: `sudo timedatectl set-ntp true`")
    case .unknown: return .ok("clock", "\(time); the kernel does not say whether it is synchronised")
    }
  }

  /// The service, by what systemd leaves in the file system. `root` stands before each path, for tests.
  static func service(root: String = "") -> Finding {
    guard access(root + "/run/systemd/system", F_OK) == 0 else { return .ok("service", "this system has no systemd") }
    let unit = "ams-logger.service"
    let folders = [
      "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
      "/lib/systemd/system",
    ]
    guard folders.contains(where: { access("\(root)\($0)/\(unit)", F_OK) == 0 }) else {
      return .ok("service", "\(unit) is not installed")
    }
    let isRunning = ["/sys/fs/cgroup", "/sys/fs/cgroup/systemd"].contains {
      FileSystem.text(of: "\(root)\($0)/system.slice/\(unit)/cgroup.procs")?.isEmpty == false
    }
    var info = stat()
    let isEnabled = lstat("\(root)/etc/systemd/system/multi-user.target.wants/\(unit)", &info) == 0
    switch (isRunning, isEnabled) {
    case (true, true): return .ok("service", "\(unit) runs, and starts with the computer")
    case (true, false):
      return .warning(
        "service", "\(unit) runs, but will not start with the computer", "`sudo systemctl enable ams-logger`")
    case (false, _):
      return .warning(
        "service", "\(unit) is installed, but does not run",
        "`sudo systemctl enable --now ams-logger`; `journalctl -u ams-logger` tells why it ended")
    }
  }
}
