import Frames
import Metering

/// What `run` is to do: a settings file with its defaults, and what the command line says instead.
struct Settings: Hashable, Sendable {
  /// The SQLite file.
  var database = "ams.sqlite"
  /// The zone of the meters; nil: that of the log, for a new one Europe/Oslo.
  var timezone: String?
  /// Seconds that samples may wait for their commit, 1 to 3600. Registers never wait.
  var commitInterval = 10
  /// Days that samples are kept, from 8; 0: for ever. Registers and hours are kept for ever.
  var sampleDays = 730
  /// Hours that the raw octets of a line are kept, up to 240; 0: not at all.
  var rawHours = 24
  /// The Unix socket with the newest readings; nil: `DATABASE.socket`. Empty: none.
  var socket: String?
  /// A command for the shell, run when an alarm begins and when it ends.
  var alarmCommand: String?
  /// Minutes without a message from an input that make an alarm, 1 to 1440.
  var alarmAfter = 15
  /// MB (10^6 octets): with less free on the disk of the database, samples wait, and registers alone are written.
  var minFree = 50
  /// At least one, each with a name of its own.
  var inputs: [InputSettings] = []
}

/// One port, or what stands for one.
struct InputSettings: Hashable, Sendable {
  enum Source: Hashable, Sendable {
    case serial(String)
    /// Whichever serial adapter brings messages.
    case anySerial
    case tcp(TCPAddress)
    case standardInput
  }

  /// Kept beside its meters.
  var name = "main"
  var source: Source?
  /// Bits a second; nil: to be found out.
  var baudrate: Int? = 2400
  /// Nil: to be found out.
  var parity: SerialInput.Parity? = SerialInput.Parity.none
  var manufacturer = Manufacturer.auto
  /// The meter's number, for lists that carry none.
  var meterID: String?
  /// A file with the keys of an encrypted meter.
  var keyFile: String?

  /// Whether port, speed or parity is to be found out.
  var isSearched: Bool {
    switch source {
    case .anySerial: true
    case .serial: baudrate == nil || parity == nil
    case .tcp, .standardInput, nil: false
    }
  }

  /// Throws where a serial port cannot have the speed that it is to have.
  func checkSpeed() throws(InputError) {
    guard let baudrate else { return }
    switch source {
    case .serial(let port): _ = try SerialInput(path: port, baudrate: baudrate)
    case .anySerial: _ = try SerialInput(path: LineSearch.anyPort, baudrate: baudrate)
    case .tcp, .standardInput, nil: break
    }
  }

  /// Why `protocol`, by which hass-AMS chooses between a port and a host, cannot be that; nil where it can.
  func wrongProtocol(_ name: String?) -> String? {
    switch (name, source) {
    case ("tcp_ip", .serial), ("tcp_ip", .anySerial):
      "is \"tcp_ip\", but what is named is a serial_port: name tcp_host and tcp_port in its place, or take protocol away"
    case ("serial", .tcp):
      "is \"serial\", but what is named is a TCP address: name a serial_port in its place, or take protocol away"
    case (_?, .standardInput): "stands beside stdin, which is neither: take it away"
    default: nil
    }
  }

  /// Of the line, while nothing better is known.
  var form: LineForm { LineForm(baudrate: baudrate ?? 2400, parity: parity ?? .none) }
}
