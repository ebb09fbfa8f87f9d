import Frames
import Metering

/// The line that `decode --json` prints for an event; nil for one that carries nothing.
///
///     {"offset":0,"transport":"hdlc","list":"list2","encrypted":false,"checked":true,"values":{…}}
///     {"offset":41,"reject":"frame check sequence (FCS) is …","stage":"framing"}
func jsonLine(_ event: DecodeEvents.Event) -> String? {
  switch event {
  case .message(let message, _, _, let form, let offset):
    let list = message.list
    let values = list.values.map { pair in
      switch pair.value {
      case .text(let text): "\(jsonText(pair.key)):\(jsonText(text))"
      case .number(let number): "\(jsonText(pair.key)):\(number)"
      case .boolean(let flag): "\(jsonText(pair.key)):\(flag)"
      }
    }
    return #"{"offset":\#(offset),"transport":"\#(form?.transport ?? "dlms")","list":"\#(list.kind.rawValue)","#
      + #""encrypted":\#(list.isEncrypted),"checked":\#(list.isChecked),"values":{\#(values.joined(separator: ","))}}"#
  case .reject(let stage, let reason, _, let offset):
    return #"{"offset":\#(offset),"reject":\#(jsonText(reason)),"stage":"\#(stage.rawValue)"}"#
  case .noise(let count, let offset):
    return #"{"offset":\#(offset),"reject":"\#(counted(count, "octet")) outside any frame","stage":"framing"}"#
  case .nothing: return nil
  }
}
