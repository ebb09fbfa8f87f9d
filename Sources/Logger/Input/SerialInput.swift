import Glibc
import Metering

/// A serial port: an M-Bus or P1 adapter. Raw octets, 8 data bits, 1 stop bit, no handshake (`protocol.md` 1.1).
struct SerialInput: InputSource {
  enum Parity: String, CaseIterable, Sendable {
    case none = "N"
    case even = "E"
    case odd = "O"
  }

  let path: String
  let parity: Parity
  private let speed: LineSpeed

  /// - Parameter baudrate: one of `LineSpeed.all`: 2400 for M-Bus, 115200 for P1 and most USB dongles.
  init(path: String, baudrate: Int = 2400, parity: Parity = .none) throws(InputError) {
    guard let speed = LineSpeed(baudrate: baudrate) else {
      throw InputError(
        .setting, path, "\(baudrate) is not a speed of a serial port",
        advice: "use \(LineSpeed.all.map { String($0.baudrate) }.joined(separator: ", ")); "
          + "2400 is right for M-Bus, 115200 for P1")
    }
    self.path = path
    self.parity = parity
    self.speed = speed
  }

  var name: String { path }

  /// `2400 8N1`
  var settings: String { "\(LineForm(baudrate: speed.baudrate, parity: parity))" }

  var line: String? { settings }

  /// Short, since looking costs nothing: an adapter that is plugged in again is read within seconds.
  var longestPause: TimeSpan? { .seconds(4) }

  func open(unless stop: Stop) throws(InputError) -> Descriptor {
    let isPseudoTerminal = try requireCharacterDevice()
    let number = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { throw failureToOpen(SystemError(errno)) }
    let port = Descriptor(owning: number)
    guard isatty(number) == 1 else { throw notSerial("a device that is not a serial port") }
    try claim(port, isPseudoTerminal: isPseudoTerminal)
    do throws(SystemError) {
      try makeRaw(port, speed: speed, parity: parity)
    } catch {
      throw InputError(
        .system, path, "cannot be set to \(settings): \(error)",
        advice: "check that the adapter can do that speed")
    }
    // What the driver has kept from before is of unknown age and settings.
    tcflush(number, TCIFLUSH)
    return port
  }

  func loss(_ cause: SystemError?) -> InputError {
    // An unplugged adapter reads as end of file or as EIO, depending on the driver.
    guard let cause, cause.code != EIO else {
      return InputError(.closed, path, "the port has gone", advice: "check that the adapter is plugged in")
    }
    return InputError(.system, path, "cannot be read: \(cause)", advice: "check the adapter")
  }

  /// Looks before opening, since opening some devices does something. Returns whether it is a pseudo-terminal.
  private func requireCharacterDevice() throws(InputError) -> Bool {
    var info = stat()
    guard stat(path, &info) == 0 else { throw failureToOpen(SystemError(errno)) }
    switch info.st_mode & S_IFMT {
    case S_IFCHR: return (136...143).contains(info.st_rdev >> 8)  // Unix 98 pseudo-terminals, by major number
    case S_IFDIR: throw notSerial("a folder, not a serial port")
    case S_IFREG: throw notSerial("a file, not a serial port", "`ams-logger replay` and `decode` read files; ")
    default: throw notSerial("not a serial port")
    }
  }

  /// Two programs on one port would each get a part of the octets.
  private func claim(_ port: borrowing Descriptor, isPseudoTerminal: Bool) throws(InputError) {
    guard flock(port.number, LOCK_EX | LOCK_NB) == 0 else { throw busy }
    // Keeps out those who don't lock. A pseudo-terminal would stay closed to everybody after we have left it.
    if !isPseudoTerminal { _ = ioctl(port.number, UInt(TIOCEXCL)) }
  }

  private func failureToOpen(_ cause: SystemError) -> InputError {
    switch cause.code {
    case ENOENT, ENOTDIR, ENXIO, ENODEV:
      let ports = serialPorts()
      return InputError(
        .missing, path, "there is no such port",
        advice: ports.isEmpty
          ? "no serial adapter is connected: plug it in, or check its cable"
          : "connected are \(ports.joined(separator: ", "))")
    case EACCES, EPERM:
      return InputError(
        .forbidden, path, "this user may not open it",
        advice: "add the user to the group dialout (`sudo usermod -aG dialout $USER`) and log in again")
    case EBUSY: return busy
    default: return InputError(.system, path, "cannot be opened: \(cause)", advice: "check the path and the adapter")
    }
  }

  private var busy: InputError {
    InputError(.busy, path, "another program has the port open", advice: "stop that program, say another ams-logger")
  }

  private func notSerial(_ what: String, _ advice: String = "") -> InputError {
    InputError(.notSerial, path, "is \(what)", advice: advice + "name a port such as /dev/ttyUSB0")
  }
}

/// The serial ports of this machine that an adapter may hide behind, those with lasting names first.
func serialPorts() -> [String] {
  let folders: [(folder: String, prefixes: [String])] = [
    ("/dev/serial/by-id/", [""]), ("/dev/", ["ttyUSB", "ttyACM", "ttyAMA"]),
  ]
  return folders.flatMap { folder, prefixes in
    FileSystem.entries(of: folder).filter { name in prefixes.contains { name.hasPrefix($0) } }.sorted().map {
      folder + $0
    }
  }
}
