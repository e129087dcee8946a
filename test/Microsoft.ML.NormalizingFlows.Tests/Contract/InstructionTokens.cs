using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>The methods, fields and types that the instructions of a method body name.</summary>
internal static class InstructionTokens
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    public static IEnumerable<EntityHandle> Read(MethodBodyBlock body)
    {
        var code = body.GetILReader();
        var found = new List<EntityHandle>();
        while (code.RemainingBytes > 0)
        {
            int operation = code.ReadByte();
            if (operation == 0xFE)
            {
                operation = 0xFE00 | code.ReadByte();
            }

            switch (Operands[operation])
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok:
                    found.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case var operand:
                    code.Offset += Size(operand);
                    break;
            }
        }

        return found;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
