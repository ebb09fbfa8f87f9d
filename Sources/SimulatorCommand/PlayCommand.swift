import ArgumentParser
import Glibc
import Metering
import Simulator
import Synchronization

struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play",
    abstract: "Play a meter live, on a pseudo-terminal or a TCP port.",
    discussion: """
      Prints the address to read from, and goes on until it is stopped. On a TCP port the meter starts with the first \
      client, and serves one client after another.
      """)

  @OptionGroup var options: MeterOptions

  @Flag(help: "Make a pseudo-terminal: a serial port in memory.")
  var pty = false

  @Option(help: ArgumentHelp("With --pty: make a symbolic link to it.", valueName: "path"))
  var link: String?

  @Option(help: ArgumentHelp("Listen here; port 0 takes a free one.", valueName: "[host:]port"))
  var tcp: TCPAddress?

  @Option(help: "How many times as fast as in life. Changes the pace, not the clocks in the frames.")
  var speed: Int64 = 1

  @Option(help: "Where to begin: an instant, or a date, which is midnight in Norway. Now by default.")
  var from: String?

  func validate() throws {
    guard pty != (tcp != nil) else { throw ValidationError("Choose one of --pty and --tcp.") }
    guard link == nil || pty else { throw ValidationError("--link goes with --pty.") }
    guard (1...1_000_000).contains(speed) else { throw ValidationError("--speed takes 1 to 1000000, not \(speed).") }
  }

  func run() throws {
    try reportingFailures {
      let model = try options.model()
      let wantedStart = try from.map { text in try Period.instant(text) }
      let output: any LiveOutput =
        if let tcp { try TCPServer(host: tcp.host, port: tcp.port) } else { try PseudoTerminal(link: link) }
      StopSignal.install()
      print(output.address)
      fflush(nil)  // a reader waits for this line
      output.waitForReader { StopSignal.isRaised }
      let start = wantedStart ?? Player.currentTime()
      let meter = SimulatedMeter(
        model: model, seed: options.seed, hasSolar: options.solar, from: start, to: start + .hours(24) * 36_500)
      Player.play(meter, shape: options.reads, seed: options.seed, speed: speed, to: output) { StopSignal.isRaised }
    }
  }
}

/// `5000` or `0.0.0.0:5000`; without a host only this computer can connect.
struct TCPAddress: ExpressibleByArgument, Equatable {
  let host: String
  let port: UInt16

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let last = parts.last, let port = UInt16(last) else { return nil }
    host = parts.count == 2 ? String(parts[0]) : "127.0.0.1"
    self.port = port
  }
}

/// SIGTERM and SIGINT end the program in order, so that the link goes with the port.
enum StopSignal {
  private static let raised = Atomic(false)

  static var isRaised: Bool { raised.load(ordering: .relaxed) }

  static func install() {
    _ = isRaised  // made here, not in the handler
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in StopSignal.raised.store(true, ordering: .relaxed) }
    // No SA_RESTART: a wait that a signal interrupts is to end.
    sigaction(SIGTERM, &action, nil)
    sigaction(SIGINT, &action, nil)
  }
}
