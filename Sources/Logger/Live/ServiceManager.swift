import Glibc
import Metering

/// Tells systemd how the service does (sd_notify(3)): ready, alive, stopping. Without systemd it does nothing.
struct ServiceManager: Sendable {
  private let path: String?
  /// How often a sign of life is due; nil when nobody waits for one.
  private let interval: TimeSpan?
  private var nextSign: Deadline

  /// - Parameter environment: `NOTIFY_SOCKET` and `WATCHDOG_USEC`, as systemd sets them.
  init(environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }) {
    path = environment("NOTIFY_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
    // A sign twice as often as it must be.
    interval = environment("WATCHDOG_USEC").flatMap(Int64.init).map {
      TimeSpan(milliseconds: max($0 / 2000, 100))
    }
    nextSign = Deadline(in: .zero)
  }

  /// The program works from now on.
  func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

  func stopping() { send("STOPPING=1") }

  /// A step was made. To be called by whoever makes it, never by a timer: a logger that hangs is to be found out.
  mutating func alive() {
    guard let interval, nextSign.hasPassed else { return }
    nextSign = Deadline(in: interval)
    send("WATCHDOG=1")
  }

  /// Signs of life may stay away for so long, for work that takes its time; nil: as systemd asks for them.
  func bePatient(for span: TimeSpan?) {
    guard let interval else { return }
    let patience = span ?? interval * 2
    send("WATCHDOG_USEC=\(patience.milliseconds * 1000)\nWATCHDOG=1")
  }

  /// A step of work that takes long was made, before the loop or between two of its turns: the time for the start and the watchdog
  /// begin anew. To be called by whoever makes it, at least so often that no step takes ten minutes.
  mutating func working() {
    guard nextSign.hasPassed else { return }
    nextSign = Deadline(in: ServiceManager.workPause)
    send("EXTEND_TIMEOUT_USEC=\(ServiceManager.longestWork.milliseconds * 1000)\nWATCHDOG=1")
  }

  private static let workPause = TimeSpan.seconds(5)
  private static let longestWork = TimeSpan.minutes(10)

  private func send(_ text: String) {
    guard let path else { return }
    let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return }
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      bytes.copyBytes(from: name)
      // A name that begins with @ is abstract: it has a zero octet there, and no end.
      if name.first == UInt8(ascii: "@") { bytes[0] = 0 }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    // Nobody there: a service manager that has gone is no reason to stop logging.
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        sendto(number, text, text.utf8.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), target, length)
      }
    }
  }
}
