"""The same question as one Java file and as an Excel macro, both in ASCII whatever it holds."""

from collections.abc import Iterator

from workbench.ui.snippets import Asked

JAVA_PIECE = 900
VBA_PIECE = 400
"""Characters of a literal before quoting, which at most doubles them; a line of VBA has 1,023."""
VBA_LINES = 40
"""Literals of one function: VBA compiles none of more than 64 KB."""

JAVA = """import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Rerank {
    public static void main(String[] arguments) throws Exception {
        String question = String.join("",
@PIECES@);
        HttpRequest request = HttpRequest.newBuilder(URI.create("@ADDRESS@/api/predict"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
        HttpResponse<String> answer = HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.body());
        System.out.println(answer.body());
    }
}
"""

VBA = '''Option Explicit

Sub Rerank()
    Dim http As Object, answer As String, place As Long, entry As Long
    Set http = CreateObject("MSXML2.ServerXMLHTTP.6.0")
    http.setTimeouts 5000, 5000, 30000, 600000
    http.Open "POST", "@ADDRESS@/api/predict", False
    http.setRequestHeader "Content-Type", "application/json"
    http.send Question()
    answer = http.responseText
    If http.Status <> 200 Then
        MsgBox answer
        Exit Sub
    End If
    ActiveSheet.Columns(2).NumberFormat = "@"
    ActiveSheet.Cells(1, 1).Value = "score"
    ActiveSheet.Cells(1, 2).Value = "document"
    entry = 1
    place = InStr(1, answer, """document"":", vbBinaryCompare)
    Do While place > 0
        entry = entry + 1
        place = InStr(place + 11, answer, """", vbBinaryCompare) + 1
        ActiveSheet.Cells(entry, 2).Value = Left(ReadText(answer, place), 32767)
        place = InStr(place, answer, """score"":", vbBinaryCompare) + 8
        ActiveSheet.Cells(entry, 1).Value = Val(Mid(answer, place, 30))
        place = InStr(place, answer, """document"":", vbBinaryCompare)
    Loop
End Sub

Private Function ReadText(ByVal answer As String, ByRef place As Long) As String
    Dim found As String, letter As String
    Do While place <= Len(answer)
        letter = Mid(answer, place, 1)
        If letter = """" Then Exit Do
        If letter = "\\" Then
            place = place + 1
            letter = Mid(answer, place, 1)
            Select Case letter
                Case "n": letter = vbLf
                Case "r": letter = vbCr
                Case "t": letter = vbTab
                Case "b", "f": letter = " "
                Case "u"
                    letter = ChrW(CLng("&H" & Mid(answer, place + 1, 4)))
                    place = place + 4
            End Select
        End If
        found = found & letter
        place = place + 1
    Loop
    ReadText = found
End Function

Private Function Question() As String
    Question = @CALLS@
End Function

@PARTS@'''


def java(asked: Asked) -> str:
    """Return a program that ``java Rerank.java`` runs from version 17 on.

    Literals are joined when it runs, because the compiler refuses constants above 64 KB.
    """
    escape = {ord("\\"): "\\\\", ord('"'): '\\"'}
    lines = [f'            "{one.translate(escape)}"' for one in _pieces(asked.ascii(), JAVA_PIECE)]
    return JAVA.replace("@ADDRESS@", asked.address).replace("@PIECES@", ",\n".join(lines))


def vba(asked: Asked) -> str:
    """Return a macro for Excel on Windows that writes scores and texts into the active sheet."""
    literals = [one.replace('"', '""') for one in _pieces(asked.ascii(), VBA_PIECE)]
    parts = [literals[at : at + VBA_LINES] for at in range(0, len(literals), VBA_LINES)]
    functions = "\n".join(_part(number, part) for number, part in enumerate(parts, start=1))
    calls = " & ".join(f"Part{number}()" for number in range(1, len(parts) + 1))
    frame = VBA.replace("@ADDRESS@", asked.address)
    return frame.replace("@CALLS@", calls).replace("@PARTS@", functions)


def _part(number: int, literals: list[str]) -> str:
    name = f"Part{number}"
    body = "".join(f'    body = body & "{one}"\n' for one in literals)
    head = f"Private Function {name}() As String\n    Dim body As String\n"
    return f"{head}{body}    {name} = body\nEnd Function\n"


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))
